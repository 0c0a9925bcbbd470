/** What wrote a record. A test holds it to the version in package.json. */
export const TOOL = 'influxdb-token-rotation 0.1.0';
