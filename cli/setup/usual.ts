/** What `init` and `discover` take where nothing else is given. */
export const USUAL = { file: 'rotation.json', deployment: 'prod', tokenSecret: 'influxdb/rotator' } as const;

/** The variable that the influx CLI reads, too. */
export const TOKEN_VARIABLE = 'INFLUX_TOKEN';

/** How a consumer is typed. */
export const CONSUMER_SYNTAX = 'NAME,write=BUCKET,read=BUCKET,owner=USER,secret=NAME';
