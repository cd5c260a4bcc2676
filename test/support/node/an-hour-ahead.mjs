// For `node --import`: the clock of the process is an hour ahead.
const HOUR_MS = 3_600_000;
const Right = Date;

globalThis.Date = class extends Right {
  constructor(...parts) {
    if (parts.length === 0) super(Right.now() + HOUR_MS);
    else super(...parts);
  }
  static now() {
    return Right.now() + HOUR_MS;
  }
};
