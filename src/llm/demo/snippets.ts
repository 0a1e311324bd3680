interface Snippet {
  readonly language: string;
  /** What in a question asks for it. */
  readonly asked: RegExp;
  readonly code: string;
}

/** The last is for whoever names no language. */
const SNIPPETS: readonly Snippet[] = [
  {
    language: 'python',
    asked: /\bpython\b/i,
    code: `from collections import Counter

def common_words(text: str, count: int = 3) -> list[tuple[str, int]]:
    """The words that occur most often, with how often they do."""
    words = [word.strip(".,!?").lower() for word in text.split()]
    return Counter(words).most_common(count)

print(common_words("The sea, the sea, and nothing but the sea."))
# [('the', 3), ('sea', 3), ('and', 1)]`,
  },
  {
    language: 'sql',
    asked: /\bsql\b/i,
    code: `SELECT bots.name, count(*) AS replies
FROM messages
JOIN bots ON bots.id = messages.bot_id
WHERE messages.status = 'complete'
GROUP BY bots.name
ORDER BY replies DESC;`,
  },
  {
    language: 'html',
    asked: /\bhtml\b/i,
    code: `<form action="/messages" method="post">
  <label for="content">Your message</label>
  <textarea id="content" name="content" required></textarea>
  <button>Send</button>
</form>`,
  },
  {
    language: 'css',
    asked: /\bcss\b/i,
    code: `.card {
  max-inline-size: 44rem;
  margin-inline: auto;
  padding: 1rem 1.5rem;
  border-radius: 0.5rem;
  background: light-dark(white, oklch(0.25 0.01 260));
}`,
  },
  {
    language: 'bash',
    asked: /\b(bash|shell)\b/i,
    code: `#!/usr/bin/env bash
set -euo pipefail

# The ten largest files below this folder.
find . -type f -printf '%s %p\\n' | sort -nr | head -n 10`,
  },
  {
    language: 'typescript',
    asked: /(?:)/,
    code: `/** Puts things into groups by what \`keyOf\` says about each. */
function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

console.log(groupBy(['ant', 'bee', 'bat'], word => word.slice(0, 1)));
// Map(2) { 'a' => [ 'ant' ], 'b' => [ 'bee', 'bat' ] }`,
  },
];

/** A fenced block of working code, in the language that the question names. */
export function codeFor(question: string): string {
  const { language, code } = SNIPPETS.find(({ asked }) => asked.test(question)) ?? { language: '', code: '' };
  return `\`\`\`${language}\n${code}\n\`\`\``;
}
