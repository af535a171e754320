/**
 * Takes numbers that name a person out of what residents write, before it is kept anywhere: phone numbers, identity numbers, bank
 * cards, e-mail addresses. The ledger is written once and for ever, so what stands in it cannot be erased on anybody's wish. It knows
 * shapes, not meanings: a name stays, and a long reference number may go.
 */
const MASK = '▇▇▇';

/** Digits with the blanks, dots and dashes people put between them; full-width digits too. */
const SHAPES: readonly RegExp[] = [
  /[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/gu,
  // Identity number: 17 digits and a digit or X. Bank cards: 16 to 19 digits.
  /(?<!\d)(?:\d[\s-]?){15,18}[\dXx](?!\d)/g,
  // Mobile number, with or without the country's code.
  /(?<!\d)(?:\+?86[\s-]?)?1[3-9](?:[\s.-]?\d){9}(?!\d)/g,
  // Landline with area code.
  /(?<!\d)\(?0\d{2,3}\)?[\s-]?\d{3,4}[\s-]?\d{4}(?!\d)/g,
  // Anything international.
  /\+\d(?:[\s().-]?\d){7,14}(?!\d)/g,
  // What is left of the length of a phone number.
  /(?<![\d.:-])\d{3,4}[\s.-]\d{3,4}[\s.-]\d{4}(?!\d)/g,
];

export function maskNumbers(text: string): string {
  const plain = text.replaceAll(/[\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) - 0xff10));
  return SHAPES.reduce((masked, shape) => masked.replaceAll(shape, MASK), plain);
}
