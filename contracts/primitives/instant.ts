const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/i;

const FIRST_MS = Date.UTC(1970, 0, 1);
const END_MS = Date.UTC(2200, 0, 1);

export const INSTANT_RULE = 'an instant with its zone, such as 2001-02-01T06:00:00Z, from 1970 to 2199';

/**
 * The instant that a text names, in UTC with milliseconds; undefined if it names none. It has the form of RFC 3339, its day is in
 * the calendar (`Date` reads 30 February as 2 March), and a time without a zone is no instant, because it means another one on
 * each machine. A year after 2199 is a slip in the unit of a number.
 */
export function readInstant(text: string): string | undefined {
  const [whole, ...parts] = RFC_3339.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map(Number);
  const [fraction = '', sign, zoneHours, zoneMinutes] = parts.slice(6);
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const inCalendar = local.toISOString().slice(0, 19) === whole.slice(0, 19).toUpperCase();
  const [hours, minutes] = [Number(zoneHours ?? 0), Number(zoneMinutes ?? 0)];
  if (!inCalendar || hours > 23 || minutes > 59) return undefined;
  const offsetMs = (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  const ms = local.getTime() - offsetMs + Number(fraction.slice(0, 3).padEnd(3, '0'));
  return ms >= FIRST_MS && ms < END_MS ? new Date(ms).toISOString() : undefined;
}
