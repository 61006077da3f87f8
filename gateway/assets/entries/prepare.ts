// Preparing a sign request: who signs, and where on the pages.
import { Palette } from "../src/prepare/palette";
import { People } from "../src/prepare/people";
import { Placed } from "../src/prepare/placed";
import { Places } from "../src/prepare/places";
import { Plan } from "../src/prepare/plan";
import { Saving } from "../src/prepare/saving";
import { Sheets } from "../src/sign/sheets";

const work = document.querySelector<HTMLElement>("[data-prepare]");
if (work) {
  const sheets = new Sheets(work);
  const plan = new Plan(work);
  const places = new Places(work, plan);
  new Palette(work, plan, places, sheets);
  new People(work, plan);
  new Placed(work, plan, places);
  new Saving(work, plan);
  plan.begin();
}
