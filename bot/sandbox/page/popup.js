// Puts a popup beside what opened it, in the top layer, where no scrolling box cuts it off.

const EDGE = 8;

/** Shows `popup` (an element with the popover attribute) below `anchor`, or above it where there is no room. */
export function placePopup(popup, anchor, { matchWidth = false, alignRight = false } = {}) {
  if (!popup.matches(":popover-open")) popup.showPopover();
  const box = anchor.getBoundingClientRect();
  if (matchWidth) popup.style.minWidth = `${box.width}px`;
  const { offsetWidth: width, offsetHeight: height } = popup;
  const fitsBelow = box.bottom + height + EDGE <= innerHeight || box.top < height + EDGE;
  const left = alignRight ? box.right - width : box.left;
  popup.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  popup.style.top = `${fitsBelow ? box.bottom + 4 : box.top - height - 4}px`;
}
