-- From raw flights and airports to clean flights: one row per flight that departed before as_of.
--
-- Rules (counts over all six months): six rows of a seventh month, July 1, are dropped; eleven delays outside
-- [-180, 1440] minutes are set aside; an airport that is not in the list has no position and no time zone, so
-- its flights are left out. Flights equal in every column are kept: at a few thousand pairs with the same
-- minute and route, some two hundred with the same delay are what chance gives.
--
-- `date` is the actual departure, local to the origin. Time zones are assumed from state and longitude: the
-- lines through split states are approximate, and Arizona and Indiana outside its west keep standard time
-- all year, as in 2001.
--
-- flight_id is made of what is known at departure (minute, route), never of the delay.
-- airport_size slices evaluations by a fixed list (share of departures in January 2001: large from 1 %,
-- medium from 0.25 %), so that no window can change the class of an airport.
WITH located AS (
  SELECT
    iata,
    latitude::FLOAT AS lat,
    longitude::FLOAT AS lon,
    CASE
      WHEN iata = 'PFN' THEN 'America/Chicago'
      WHEN iata = 'MQT' THEN 'America/Detroit'
      WHEN state = 'AK' THEN 'America/Anchorage'
      WHEN state = 'HI' THEN 'Pacific/Honolulu'
      WHEN state IN ('PR', 'VI') THEN 'America/Puerto_Rico'
      WHEN state = 'AZ' THEN 'America/Phoenix'
      WHEN state IN ('CA', 'NV', 'OR', 'WA') THEN 'America/Los_Angeles'
      WHEN state = 'ID' THEN if(latitude > 45.5, 'America/Los_Angeles', 'America/Denver')
      WHEN state IN ('CO', 'MT', 'NM', 'UT', 'WY') THEN 'America/Denver'
      WHEN state = 'TX' THEN if(longitude < -105, 'America/Denver', 'America/Chicago')
      WHEN state IN ('KS', 'ND', 'NE', 'SD') THEN if(longitude < -101.5, 'America/Denver', 'America/Chicago')
      WHEN state IN ('AL', 'AR', 'IA', 'IL', 'LA', 'MN', 'MO', 'MS', 'OK', 'WI') THEN 'America/Chicago'
      WHEN state = 'IN' THEN if(longitude < -86.9, 'America/Chicago', 'America/Indiana/Indianapolis')
      WHEN state IN ('FL', 'TN') THEN if(longitude < -85.3, 'America/Chicago', 'America/New_York')
      WHEN state = 'KY' THEN if(longitude < -86, 'America/Chicago', 'America/New_York')
      WHEN state <> 'NA' THEN 'America/New_York'
    END AS tz,
    CASE
      WHEN iata IN (
        'ATL', 'BOS', 'BWI', 'CLT', 'CVG', 'DCA', 'DEN', 'DFW', 'DTW', 'EWR', 'IAH', 'JFK', 'LAS', 'LAX', 'LGA',
        'MCI', 'MCO', 'MIA', 'MSP', 'ORD', 'PHL', 'PHX', 'PIT', 'SAN', 'SEA', 'SFO', 'SJC', 'SLC', 'STL', 'TPA'
      ) THEN 'large'
      WHEN iata IN (
        'ABQ', 'ALB', 'ANC', 'AUS', 'BDL', 'BHM', 'BNA', 'BUF', 'BUR', 'CLE', 'CMH', 'DAL', 'ELP', 'FLL', 'GSO',
        'HNL', 'HOU', 'IAD', 'IND', 'JAX', 'LIT', 'MDW', 'MEM', 'MKE', 'MSY', 'OAK', 'OGG', 'OKC', 'OMA', 'ONT',
        'ORF', 'PBI', 'PDX', 'PVD', 'RDU', 'RIC', 'RNO', 'ROC', 'RSW', 'SAT', 'SDF', 'SJU', 'SMF', 'SNA', 'TUL',
        'TUS'
      ) THEN 'medium'
      ELSE 'small'
    END AS airport_size
  FROM airports
),
flown AS (
  SELECT "date" AS dep_ts, "date"::DATE AS day, delay, distance, origin, destination
  FROM flights
  WHERE delay BETWEEN -180 AND 1440 AND "date" < TIMESTAMP '2001-07-01'
),
-- Converting a time zone row by row is slow: one shift per zone and day, read at noon.
shifts AS (
  SELECT tz, day, (day + INTERVAL 12 HOUR) - timezone('UTC', timezone(tz, day + INTERVAL 12 HOUR)) AS shift
  FROM (SELECT DISTINCT day FROM flown), (SELECT DISTINCT tz FROM located WHERE tz IS NOT NULL)
),
placed AS (
  SELECT
    f.*,
    f.dep_ts - s.shift AS dep_utc,
    o.lat AS o_lat,
    o.lon AS o_lon,
    d.lat AS d_lat,
    d.lon AS d_lon,
    o.airport_size
  FROM flown AS f
  JOIN located AS o ON o.iata = f.origin
  JOIN located AS d ON d.iata = f.destination
  JOIN shifts AS s ON s.tz = o.tz AND s.day = f.day
)
SELECT
  strftime(dep_ts, '%Y%m%dT%H%M') || '-' || origin || '-' || destination || '-'
    || row_number() OVER (PARTITION BY dep_ts, origin, destination ORDER BY distance, delay) AS flight_id,
  dep_ts,
  dep_utc,
  day,
  delay::SMALLINT AS delay,
  distance::SMALLINT AS distance,
  origin,
  destination,
  o_lat,
  o_lon,
  d_lat,
  d_lon,
  (delay > 15)::TINYINT AS late,
  -- When the arrival is known: 35 minutes and one more for every 8 miles after departure (an assumption).
  dep_utc + to_minutes(35 + distance // 8) AS label_ts,
  airport_size,
  CASE
    WHEN hour(dep_ts) < 6 THEN 'night'
    WHEN hour(dep_ts) < 12 THEN 'morning'
    WHEN hour(dep_ts) < 18 THEN 'afternoon'
    ELSE 'evening'
  END AS hour_band
FROM placed
WHERE dep_utc < getvariable('as_of')
