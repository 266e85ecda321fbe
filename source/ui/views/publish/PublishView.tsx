import type { PublishStep } from '../../state/publish-state.ts';
import { AdoptView } from './AdoptView.tsx';
import { BrowserView } from './BrowserView.tsx';
import { CardView } from './CardView.tsx';
import { FailedView } from './FailedView.tsx';
import { FormView } from './FormView.tsx';
import { HashingView } from './HashingView.tsx';

interface PublishViewProps {
  readonly step: PublishStep;
  readonly width: number;
  readonly height: number;
}

/** From a path to a live publication, one step at a time. */
export function PublishView({ step, width, height }: PublishViewProps) {
  const place = { width, height };
  switch (step.name) {
    case 'choose':
      return <BrowserView browser={step.browser} {...place} />;
    case 'form':
      return <FormView form={step.form} {...place} />;
    case 'adopt':
      return (
        <AdoptView
          torrent={step.torrent}
          data={step.data}
          typedDirectory={step.typedDirectory}
          {...place}
        />
      );
    case 'hashing':
      return <HashingView job={step.job} {...place} />;
    case 'failed':
      return <FailedView error={step.error} from={step.from} {...place} />;
    case 'done':
      return <CardView result={step.result} {...place} />;
  }
}
