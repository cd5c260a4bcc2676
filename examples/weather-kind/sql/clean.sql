-- From raw days to clean days: one row a location and day, for days that were over before as_of.
--
-- The instruments are read when the day is over (day_end, taken as UTC). The observer's word for the day (kind) follows
-- 18 hours later: an assumption, as the data have no such time.
SELECT
  location,
  date AS day,
  date::TIMESTAMP + INTERVAL 1 DAY AS day_end,
  date::TIMESTAMP + INTERVAL 42 HOUR AS kind_known,
  precipitation,
  temp_max,
  temp_min,
  wind,
  weather AS kind
FROM weather
WHERE date::TIMESTAMP + INTERVAL 1 DAY < getvariable('as_of')
