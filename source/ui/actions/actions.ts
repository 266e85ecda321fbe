import { createLimitActions, type LimitActions } from './limits.ts';
import { createMessages, type Messages } from './messages.ts';
import { createPublicationActions, type PublicationActions } from './publications.ts';
import { createPublishJobActions, type PublishJobActions } from './publish-jobs.ts';
import { createPublishingActions, type PublishingActions } from './publishing.ts';
import type { Services } from './services.ts';
import { createSettingsActions, type SettingsActions } from './settings.ts';
import { createVerifyActions, type VerifyActions } from './verifying.ts';

/** What keys can set going beyond changing the dashboard's own state. */
export interface Actions
  extends PublicationActions,
    LimitActions,
    PublishingActions,
    PublishJobActions,
    SettingsActions,
    VerifyActions,
    Messages {
  detach(): void;
  suspend(): void;
  repaint(): void;
  retryNow(): void;
  /** Ends the engine; this dashboard stays and says so. */
  stopEngine(): Promise<void>;
}

export function createActions(services: Services): Actions {
  const messages = createMessages(services);
  const jobs = createPublishJobActions(services, messages);
  const { terminal } = services;

  return {
    ...messages,
    ...jobs,
    ...createSettingsActions(services, messages),
    ...createPublicationActions(services, messages),
    ...createLimitActions(services, messages),
    ...createVerifyActions(services, messages),
    ...createPublishingActions(services, messages, jobs),
    detach: services.detach,
    suspend: () => void terminal.suspend().catch(messages.complain),
    repaint: () => void terminal.repaint().catch(messages.complain),
    retryNow: services.link.retryNow,
    stopEngine: () => services.link.request('stop', {}).then(() => undefined, messages.complain),
  };
}
