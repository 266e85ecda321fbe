/** What has to be so before anything loads Ink: import this file first. */
import { Console } from 'node:console';

// chalk reads this once, when it is loaded.
process.env['FORCE_COLOR'] = '1';
// Ink catches console output by it; the test runner's console has none.
console.Console = Console;
