import type { Reporter, TestModule } from 'vitest/node';
import type {} from './setup.ts';

/** Says how many cases each property was tried with, and all of them together. */
export default class CasesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let sum = 0;
    const lines: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { fuzzCases = 0 } = test.meta();
        if (fuzzCases === 0) continue;
        sum += fuzzCases;
        const count = fuzzCases.toLocaleString('en').padStart(12);
        lines.push(
          `${count}  ${test.result().state}  ${module.relativeModuleId}: ${test.fullName}\n`,
        );
      }
    }
    process.stdout.write(`\n${lines.join('')}${sum.toLocaleString('en').padStart(12)}  cases\n`);
  }
}
