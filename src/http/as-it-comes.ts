/** The headers of an answer that goes on for long: nobody on the way may keep it, change it, or hold it back. */
export const AS_IT_COMES = {
  'cache-control': 'private, no-store, no-transform',
  'x-accel-buffering': 'no',
};
