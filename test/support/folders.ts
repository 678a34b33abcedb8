import { execFileSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';

/** Of two processes that make one template at a time, the first is kept. */
export function keepTemplate(draft: string, template: string): void {
  try {
    renameSync(draft, template);
  } catch (error) {
    if (!existsSync(template)) throw error;
  }
}

/** With owners and permissions, which PostgreSQL insists on. */
export function copyFolder(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}
