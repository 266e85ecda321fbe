#!/usr/bin/env node
// Plain JavaScript that any Node can read: it must be able to say that the Node is too old.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `everseed needs Node ${needed} or newer, and this is Node ${process.versions.node}: install a newer Node, or run it from a checkout with npm start`,
  );
  process.exitCode = 1;
} else {
  import('./main.js').then(({ main }) => main());
}
