// The signer's pages: the document, the disclosure, the fields.
import { Sheets } from "../src/sign/sheets";
import { Ceremony } from "../src/sign/ceremony";
import "../src/sign/disclosure";

const work = document.querySelector<HTMLElement>(".work");
if (work) {
  new Sheets(work);
  const form = work.querySelector<HTMLFormElement>("[data-signing]");
  if (form) new Ceremony(form, work);
}
