// What happens in the workspace, as it happens. A broken connection is opened again from the last number seen: nothing is missed, nothing comes twice.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

/** Follows the stream from number `since`; `onEvent(event)` for each, `onState(connected)` when the connection comes or goes. Returns a stop function. */
export function followStream(user, since, { onEvent, onState }) {
  let last = since;
  let wait = FIRST_WAIT;
  let source = null;
  let timer = 0;
  const open = () => {
    source = new EventSource(`/client/stream?${new URLSearchParams({ user, since: last })}`);
    source.onopen = () => {
      wait = FIRST_WAIT;
      onState(true);
    };
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (event.seq !== undefined && event.seq <= last) return;
      last = event.seq ?? last;
      onEvent(event);
    };
    source.onerror = () => {
      source.close();
      onState(false);
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
