-- From clean days to one row per question, asked when a day has ended (ts): what will be the highest temperature of
-- the next day?
-- Point in time: only measurements of days that have ended are used. The answer (label) is known a day later. The
-- last day before as_of has no answer yet, and so no row.
WITH days AS (
  SELECT
    *,
    lead(temp_max) OVER place AS temp_max_next,
    lead(day) OVER place AS day_next,
    lag(temp_max) OVER place AS temp_max_before,
    avg(temp_max) OVER (place RANGE BETWEEN INTERVAL 6 DAY PRECEDING AND CURRENT ROW) AS temp_max_week,
    -- The last day up to the current one with rain.
    last_value(CASE WHEN precipitation > 0 THEN day END IGNORE NULLS) OVER place AS last_rain
  FROM clean
  WINDOW place AS (PARTITION BY location ORDER BY day)
)
SELECT
  location || '-' || strftime(day, '%Y%m%d') AS id,
  day_end AS ts,
  date_trunc('week', day)::DATE AS week,
  temp_max_next AS label,
  day_end + INTERVAL 1 DAY AS label_ts,
  CASE
    WHEN month(day) IN (12, 1, 2) THEN 'winter'
    WHEN month(day) IN (3, 4, 5) THEN 'spring'
    WHEN month(day) IN (6, 7, 8) THEN 'summer'
    ELSE 'autumn'
  END AS season,
  location,
  kind,
  precipitation > 0 AS rained,
  -- Days since the last rain, at most 30, because the lookback reaches no further.
  least(coalesce(day - last_rain, 30), 30)::BIGINT AS dry_days,
  precipitation,
  temp_max,
  temp_min,
  wind,
  (temp_max - temp_max_before)::FLOAT AS temp_change,
  temp_max_week::FLOAT AS temp_max_week,
  cos(2 * pi() * dayofyear(day) / 365.25)::FLOAT AS cos_year,
  sin(2 * pi() * dayofyear(day) / 365.25)::FLOAT AS sin_year
FROM days
WHERE day_end >= getvariable('window_from') AND day_end < getvariable('window_to')
  AND day_next = day + 1
