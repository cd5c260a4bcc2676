/** The largest finite 32-bit float. */
export const LARGEST_FLOAT32 = 3.4028234663852886e38;
