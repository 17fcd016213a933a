// Start the editor in the form that the page contains.
import { Workbench } from "./editor/workbench";

const bench = document.querySelector<HTMLElement>(".workbench");
const initial = document.querySelector<HTMLTextAreaElement>("form.plain textarea");
if (bench !== null) new Workbench(bench, initial?.value ?? "");
