const SUM = /(-?\d+(?:\.\d+)?)(?:\s*([+*×÷])\s*|\s+([-/x])\s+)(-?\d+(?:\.\d+)?)/;

/** @returns the first sum of two numbers in a text, with its result: "6 × 7 = 42" */
export function sumIn(text: string): string | undefined {
  const [, left, tight, spaced, right] = SUM.exec(text) ?? [];
  const operation = OPERATIONS[tight ?? spaced ?? ''];
  if (operation === undefined || left === undefined || right === undefined) return undefined;
  const result = operation.calculate(Number(left), Number(right));
  return `${left} ${operation.sign} ${right} = ${Number(result.toPrecision(12))}`;
}

interface Operation {
  readonly sign: string;
  readonly calculate: (left: number, right: number) => number;
}

const PLUS: Operation = { sign: '+', calculate: (left, right) => left + right };
const MINUS: Operation = { sign: '−', calculate: (left, right) => left - right };
const TIMES: Operation = { sign: '×', calculate: (left, right) => left * right };
const DIVIDED_BY: Operation = { sign: '÷', calculate: (left, right) => left / right };

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '+': PLUS,
  '-': MINUS,
  '*': TIMES,
  x: TIMES,
  '×': TIMES,
  '/': DIVIDED_BY,
  '÷': DIVIDED_BY,
};
