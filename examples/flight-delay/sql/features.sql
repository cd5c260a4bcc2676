-- From clean flights to one row per prediction, made at gate departure (ts).
--
-- Point in time: a flight counts as arrived from label_ts on, never before, so no feature can see a label that
-- was not yet known. Events outside the window [window_from, window_to) feed the features of rows inside it.
-- Rates are smoothed towards 0.2, the share of late flights: (late + 0.4) / (n + 2).
WITH queries AS (
  SELECT
    *,
    -- Start of the current ten minutes: the national rate is as old as the last full bucket.
    time_bucket(INTERVAL 10 MINUTE, dep_utc) AS bucket
  FROM clean
  WHERE dep_utc >= getvariable('window_from') AND dep_utc < getvariable('window_to')
),
-- Events and questions in one stream per airport: the window of a question holds the events up to its own
-- minute. Rows of an event have no id.
landed AS (
  SELECT destination AS airport, label_ts AS ts, late, NULL AS id, NULL AS side FROM clean
  UNION ALL
  SELECT origin, dep_utc, NULL, flight_id, 'origin' FROM queries
  UNION ALL
  SELECT destination, dep_utc, NULL, flight_id, 'destination' FROM queries
),
landed_rates AS (
  SELECT id, side, count(late) OVER last2h AS n, coalesce(sum(late) OVER last2h, 0) AS l
  FROM landed
  WINDOW last2h AS (
    PARTITION BY airport ORDER BY ts RANGE BETWEEN INTERVAL 2 HOUR PRECEDING AND CURRENT ROW
  )
),
departed AS (
  SELECT origin AS airport, label_ts AS ts, late, NULL AS id FROM clean
  UNION ALL
  SELECT origin, dep_utc, NULL, flight_id FROM queries
),
departed_rates AS (
  SELECT id, count(late) OVER last4h AS n, coalesce(sum(late) OVER last4h, 0) AS l
  FROM departed
  WINDOW last4h AS (
    PARTITION BY airport ORDER BY ts RANGE BETWEEN INTERVAL 4 HOUR PRECEDING AND CURRENT ROW
  )
),
congestion AS (
  SELECT flight_id, count(*) OVER (
    PARTITION BY origin ORDER BY dep_utc RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT ROW
  ) AS n
  FROM clean
),
national AS (
  SELECT time_bucket(INTERVAL 10 MINUTE, label_ts) AS bucket, count(*) AS n, sum(late) AS l
  FROM clean
  GROUP BY ALL
),
national_hour AS (
  SELECT q.bucket, (coalesce(sum(e.l), 0) + 0.4) / (coalesce(sum(e.n), 0) + 2) AS rate
  FROM (SELECT DISTINCT bucket FROM queries) AS q
  LEFT JOIN national AS e ON e.bucket >= q.bucket - INTERVAL 1 HOUR AND e.bucket < q.bucket
  GROUP BY ALL
)
SELECT
  q.flight_id,
  q.dep_utc AS ts,
  q.day AS unit,
  q.late AS label,
  q.label_ts,
  q.airport_size,
  q.hour_band,
  (hour(q.dep_ts) + minute(q.dep_ts) / 60)::FLOAT AS hour,
  dayofweek(q.dep_ts)::FLOAT AS dow,
  q.distance::FLOAT AS distance,
  q.o_lat,
  q.o_lon,
  q.d_lat,
  q.d_lon,
  ((o.l + 0.4) / (o.n + 2))::FLOAT AS arr_o_rate,
  o.n::FLOAT AS arr_o_n,
  ((p.l + 0.4) / (p.n + 2))::FLOAT AS dep_o_rate,
  ((d.l + 0.4) / (d.n + 2))::FLOAT AS arr_d_rate,
  d.n::FLOAT AS arr_d_n,
  h.rate::FLOAT AS net1h,
  c.n::FLOAT AS cong60
FROM queries AS q
JOIN landed_rates AS o ON o.id = q.flight_id AND o.side = 'origin'
JOIN landed_rates AS d ON d.id = q.flight_id AND d.side = 'destination'
JOIN departed_rates AS p ON p.id = q.flight_id
JOIN congestion AS c ON c.flight_id = q.flight_id
JOIN national_hour AS h ON h.bucket = q.bucket
