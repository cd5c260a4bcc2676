/**
 * The first characters of a text, at most so many. A character outside of the Unicode base plane is never cut in half: JSON
 * columns of the database refuse a half.
 */
export const beginning = (text: string, characters: number): string =>
  Array.from(text.slice(0, 2 * characters))
    .slice(0, characters)
    .join('');
