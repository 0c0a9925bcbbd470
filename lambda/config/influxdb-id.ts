/** InfluxDB gives no id of zeros alone. */
export const ID = /^(?!0{16})[0-9a-fA-F]{16}$/;
export const ID_OR_AUTO = /^(?:auto|(?!0{16})[0-9a-fA-F]{16})$/;
