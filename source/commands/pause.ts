import { defineStateChange } from './state-change.ts';

export default defineStateChange('pause', 'paused');
