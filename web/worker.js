// The core's own thread: a module worker around loop.js. Its name is that of the core's module.
import { openCore } from "./core.js?v=0";
import { drive } from "./loop.js?v=0";

const early = [];
let receive = (message) => early.push(message);
onmessage = (event) => receive(event.data);

try {
  const core = await openCore({ name, progress: (share) => postMessage({ loaded: share }) });
  receive = drive(core, (message, transfer = []) => postMessage({ ...message, memory: core.bytes() }, transfer));
  postMessage({ open: true });
  early.forEach(receive);
} catch (error) {
  postMessage({ broken: String(error?.message ?? error) });
}
