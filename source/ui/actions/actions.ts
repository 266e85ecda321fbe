import { createMessages, type Messages } from './messages.ts';
import { createPublicationActions, type PublicationActions } from './publications.ts';
import { createPublishingActions, type PublishingActions } from './publishing.ts';
import type { Services } from './services.ts';

/** What keys can set going beyond changing the dashboard's own state. */
export interface Actions extends PublicationActions, PublishingActions, Messages {
  detach(): void;
  suspend(): void;
  retryNow(): void;
}

export function createActions(services: Services): Actions {
  const messages = createMessages(services);
  const { terminal } = services;

  return {
    ...messages,
    ...createPublicationActions(services, messages),
    ...createPublishingActions(services, messages),
    detach: services.detach,
    suspend: () => void terminal.suspend().catch(messages.complain),
    retryNow: services.link.retryNow,
  };
}
