/** Largest list of header fields that is taken over HTTP/2, as `SETTINGS_MAX_HEADER_LIST_SIZE` counts them: by the load and by questions beside it. */
export const MAX_FIELDS_BYTES = 256 * 1024;
