/* Let Enter in the search of places open the only one that is found. */

const FIELD = ".st-key-profile-search input";
const FOUND = ".st-key-profile-found .mh-body [data-key]";
/* What was typed last is looked up a moment later. */
const LOOK_EVERY_MS = 150;
const CALM_LOOKS = 4;
const MOST_LOOKS = 40;

document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Enter" || !target.matches?.(FIELD)) return;
  let [calm, looks, typed] = [0, 0, target.value];
  const timer = setInterval(() => {
    looks += 1;
    const app = document.querySelector('[data-testid="stApp"]');
    calm = app?.dataset.testScriptState === "notRunning" ? calm + 1 : 0;
    const isOver = looks > MOST_LOOKS || target.value !== typed || !target.isConnected;
    if (!isOver && calm < CALM_LOOKS) return;
    clearInterval(timer);
    const found = document.querySelectorAll(FOUND);
    if (!isOver && typed.trim() && found.length === 1) found[0].click();
  }, LOOK_EVERY_MS);
});
