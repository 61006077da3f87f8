// The plan as it is being made: who fills in what, where. Everything on the page is drawn from it.
export interface Field {
  key: number;
  recipient: string;
  type: string;
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
  required: boolean;
  label: string;
}

export interface Recipient {
  key: string;
  contact_id: string;
  role: "signer" | "copy";
  order: number;
}

export interface Person {
  id: string;
  name: string;
  email: string;
  ready: boolean;
  portal: string;
}

export interface PageSize {
  width: number;
  height: number;
}

interface State {
  recipients: Recipient[];
  fields: Field[];
}

export const SMALLEST = 8;
const COLOURS = ["who-1", "who-2", "who-3", "who-4", "who-5", "who-6"];
const MOST_UNDO = 100;

export class Plan extends EventTarget {
  readonly people: Person[];
  readonly words: Record<string, string>;
  readonly types = new Map<string, string>();
  readonly pages = new Map<number, PageSize>();
  recipients: Recipient[];
  fields: Field[];
  selected: number | null = null;
  active: string | null = null;
  private readonly status: HTMLElement;
  private readonly past: string[] = [];
  private nextKey = 1;

  constructor(work: HTMLElement) {
    super();
    const stored = JSON.parse(work.dataset.plan!) as State;
    this.people = JSON.parse(work.dataset.people!) as Person[];
    this.words = JSON.parse(work.dataset.words!) as Record<string, string>;
    this.status = work.querySelector<HTMLElement>("[data-status]")!;
    for (const type of work.querySelectorAll<HTMLElement>("[data-type]")) {
      this.types.set(type.dataset.type!, type.dataset.word!);
    }
    for (const page of work.querySelectorAll<HTMLElement>("[data-page]")) {
      this.pages.set(Number(page.dataset.page), { width: Number(page.dataset.width), height: Number(page.dataset.height) });
    }
    this.recipients = stored.recipients;
    this.fields = stored.fields.map((field) => ({ ...field, key: this.nextKey++ }));
    this.active = this.signers()[0]?.key ?? null;
  }

  // Draw for the first time; whoever can sign already is the one proposed.
  begin(): void {
    const first = this.people.find((person) => person.ready) ?? this.people[0];
    if (!this.recipients.length && first) {
      this.recipients = [{ key: first.id, contact_id: first.id, role: "signer", order: 1 }];
      this.active = first.id;
    }
    this.tell("drawn");
  }

  signers(): Recipient[] {
    return this.recipients.filter((one) => one.role === "signer");
  }

  person(id: string): Person | undefined {
    return this.people.find((each) => each.id === id);
  }

  name(id: string): string {
    return this.person(id)?.name ?? "";
  }

  colour(id: string): string {
    const at = this.recipients.findIndex((one) => one.key === id);
    return COLOURS[Math.max(at, 0) % COLOURS.length];
  }

  field(key: number | null): Field | undefined {
    return this.fields.find((each) => each.key === key);
  }

  title(field: Field): string {
    const type = field.label || this.types.get(field.type) || field.type;
    if (this.signers().length < 2) return type;
    return this.say("of", { type, name: this.name(field.recipient) });
  }

  // Change the plan by `act`; it can be undone, is drawn anew and saved.
  change(act: () => void): void {
    this.past.push(JSON.stringify({ recipients: this.recipients, fields: this.fields }));
    if (this.past.length > MOST_UNDO) this.past.shift();
    act();
    this.settle();
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  undo(): void {
    const before = this.past.pop();
    if (!before) return;
    ({ recipients: this.recipients, fields: this.fields } = JSON.parse(before) as State);
    this.settle();
  }

  // Take over what was not saved when the page was left.
  restore(state: State): void {
    this.recipients = state.recipients;
    this.fields = state.fields.map((field) => ({ ...field, key: this.nextKey++ }));
    this.settle();
  }

  add(field: Omit<Field, "key">): Field {
    const added = this.inside({ ...field, key: this.nextKey++ });
    this.change(() => this.fields.push(added));
    this.select(added.key);
    return added;
  }

  // Put a copy of a field on each of `pages`, as one change.
  copyTo(field: Field, pages: number[]): void {
    const copies = pages.map((page) => this.inside({ ...field, page, key: this.nextKey++ }));
    this.change(() => this.fields.push(...copies));
  }

  remove(key: number): void {
    const field = this.field(key);
    if (!field) return;
    this.change(() => (this.fields = this.fields.filter((each) => each.key !== key)));
    this.announce(this.say("removed", { type: this.types.get(field.type) ?? "" }));
  }

  select(key: number | null): void {
    if (this.selected === key) return;
    this.selected = key;
    this.tell("drawn");
  }

  choose(recipient: string): void {
    this.active = recipient;
    this.tell("drawn");
  }

  // Return the field moved and sized so that it lies on its page.
  inside(field: Field): Field {
    const page = this.pages.get(field.page)!;
    const width = Math.min(Math.max(field.width, SMALLEST), page.width);
    const height = Math.min(Math.max(field.height, SMALLEST), page.height);
    const x = Math.min(Math.max(field.x, 0), page.width - width);
    const y = Math.min(Math.max(field.y, 0), page.height - height);
    return { ...field, x: tenth(x), y: tenth(y), width: tenth(width), height: tenth(height) };
  }

  say(word: string, values: Record<string, string | number> = {}): string {
    return (this.words[word] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  }

  announce(text: string): void {
    this.status.textContent = text;
  }

  // What signing takes.
  stored(): State {
    return { recipients: this.recipients, fields: this.fields };
  }

  private settle(): void {
    const signing = this.signers().map((one) => one.key);
    if (!this.active || !signing.includes(this.active)) this.active = signing[0] ?? null;
    if (!this.field(this.selected)) this.selected = null;
    this.tell("drawn");
    this.tell("changed");
  }

  private tell(name: "drawn" | "changed"): void {
    this.dispatchEvent(new Event(name));
  }
}

function tenth(number: number): number {
  return Math.floor(number * 10) / 10;
}
