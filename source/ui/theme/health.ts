import type { HealthState } from '../../control/publications.ts';
import type { Token } from './theme.ts';

/** A health state in words; the glyph and the colour only repeat it. */
export const healthWords: Record<HealthState, string> = {
  healthy: 'healthy',
  'at-risk': 'at risk',
  'sole-seed': 'sole seed',
  degraded: 'degraded',
  unreachable: 'unreachable',
  dead: 'dead',
  paused: 'paused',
};

export const healthTokens: Record<HealthState, Token> = {
  healthy: 'good',
  'at-risk': 'warning',
  'sole-seed': 'fair',
  degraded: 'warning',
  unreachable: 'warning',
  dead: 'bad',
  paused: 'muted',
};

/** From worst to best, for sorting; a paused publication needs no attention. */
export const healthOrder: Record<HealthState, number> = {
  dead: 0,
  degraded: 1,
  unreachable: 2,
  'sole-seed': 3,
  'at-risk': 4,
  healthy: 5,
  paused: 6,
};
