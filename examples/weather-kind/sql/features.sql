-- From clean days to one row per question: what kind of day was the one that has just ended (ts)?
--
-- Point in time: measurements count from the end of their day on, a kind from kind_known on. At the end of a day the kind
-- of the day before is known (six hours old), and that of the day itself is not.
WITH days AS (
  SELECT
    *,
    lag(kind) OVER place AS kind_before,
    lag(precipitation) OVER place AS precipitation_before,
    lag(temp_max) OVER place AS temp_max_before,
    lag(wind) OVER place AS wind_before,
    -- The last day up to the current one with rain.
    last_value(CASE WHEN precipitation > 0 THEN day END IGNORE NULLS) OVER place AS last_rain
  FROM clean
  WINDOW place AS (PARTITION BY location ORDER BY day)
)
SELECT
  location || '-' || strftime(day, '%Y%m%d') AS id,
  day_end AS ts,
  date_trunc('week', day)::DATE AS week,
  kind AS label,
  kind_known AS label_ts,
  CASE
    WHEN month(day) IN (12, 1, 2) THEN 'winter'
    WHEN month(day) IN (3, 4, 5) THEN 'spring'
    WHEN month(day) IN (6, 7, 8) THEN 'summer'
    ELSE 'autumn'
  END AS season,
  location,
  coalesce(kind_before, '') AS kind_before,
  coalesce(precipitation_before > 0, false) AS rained_before,
  -- Days since the last rain, at most 30, because the lookback reaches no further.
  least(coalesce(day - last_rain, 30), 30)::BIGINT AS dry_days,
  precipitation,
  temp_max,
  temp_min,
  wind,
  (temp_max - temp_min)::FLOAT AS temp_range,
  (temp_max - temp_max_before)::FLOAT AS temp_change,
  (wind - wind_before)::FLOAT AS wind_change,
  cos(2 * pi() * dayofyear(day) / 365.25)::FLOAT AS time_of_year
FROM days
WHERE day_end >= getvariable('window_from') AND day_end < getvariable('window_to')
