// Who signs, in which order, and who gets a copy; the one chosen is whose fields are placed next.
import type { Plan, Recipient } from "./plan";

export class People {
  private readonly list: HTMLElement;
  private readonly add: HTMLSelectElement;

  constructor(
    work: HTMLElement,
    private readonly plan: Plan,
  ) {
    this.list = work.querySelector<HTMLElement>("[data-recipients]")!;
    this.add = work.querySelector<HTMLSelectElement>("#add-person")!;
    this.add.addEventListener("change", () => this.take(this.add.value));
    plan.addEventListener("drawn", () => this.draw());
  }

  private take(id: string): void {
    if (!id) return;
    const order = Math.max(1, ...this.plan.recipients.map((one) => one.order));
    this.plan.change(() => this.plan.recipients.push({ key: id, contact_id: id, role: "signer", order }));
    this.plan.choose(id);
  }

  private draw(): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.keep;
    this.list.replaceChildren(...this.plan.recipients.map((one) => this.line(one)));
    if (focused) this.list.querySelector<HTMLElement>(`[data-keep="${focused}"]`)?.focus();
    const left = this.plan.people.filter((person) => !this.plan.recipients.some((one) => one.key === person.id));
    this.add.replaceChildren(this.add.options[0], ...left.map((person) => new Option(person.name, person.id)));
    this.add.value = "";
    this.add.parentElement!.hidden = !left.length;
  }

  private line(one: Recipient): HTMLLIElement {
    const person = this.plan.person(one.key);
    const line = document.createElement("li");
    line.className = `prep-person ${this.plan.colour(one.key)}`;
    line.append(this.head(one, person?.name ?? "", person?.email ?? ""));
    if (person && !person.ready) {
      const warn = document.createElement("span");
      warn.className = "prep-warn";
      warn.textContent = person.portal;
      line.querySelector(".prep-name")!.append(warn);
    }
    if (this.plan.recipients.length > 1 || one.role === "copy") line.append(this.settings(one, person?.name ?? ""));
    return line;
  }

  private head(one: Recipient, name: string, email: string): HTMLElement {
    const head = document.createElement("label");
    head.className = "prep-head";
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "active", value: one.key });
    radio.dataset.keep = `active-${one.key}`;
    radio.checked = this.plan.active === one.key;
    radio.disabled = one.role !== "signer";
    radio.addEventListener("change", () => this.plan.choose(one.key));
    const dot = Object.assign(document.createElement("span"), { className: "dot" });
    const text = Object.assign(document.createElement("span"), { className: "prep-name" });
    const strong = Object.assign(document.createElement("b"), { textContent: name });
    const quiet = Object.assign(document.createElement("span"), { className: "quiet", textContent: email });
    text.append(strong, quiet);
    head.append(radio, dot, text);
    return head;
  }

  private settings(one: Recipient, name: string): HTMLElement {
    const row = Object.assign(document.createElement("div"), { className: "prep-set" });
    row.append(this.role(one, name));
    if (one.role === "signer") row.append(this.order(one, name));
    row.append(this.remove(one, name));
    return row;
  }

  private role(one: Recipient, name: string): HTMLElement {
    const role = Object.assign(document.createElement("select"), { className: "form-select" });
    role.dataset.keep = `role-${one.key}`;
    role.setAttribute("aria-label", this.plan.say("role", { name }));
    role.append(new Option(this.plan.say("signs"), "signer"), new Option(this.plan.say("copy"), "copy"));
    role.value = one.role;
    role.addEventListener("change", () =>
      this.plan.change(() => {
        one.role = role.value as Recipient["role"];
        if (one.role === "copy") this.plan.fields = this.plan.fields.filter((field) => field.recipient !== one.key);
      }),
    );
    return role;
  }

  private order(one: Recipient, name: string): HTMLElement {
    const order = Object.assign(document.createElement("input"), { className: "form-control num", type: "number", min: "1", max: "20" });
    order.dataset.keep = `order-${one.key}`;
    order.setAttribute("aria-label", this.plan.say("order", { name }));
    order.value = String(one.order);
    order.addEventListener("change", () => {
      const number = Math.min(Math.max(Math.round(order.valueAsNumber) || 1, 1), 20);
      this.plan.change(() => (one.order = number));
    });
    return order;
  }

  private remove(one: Recipient, name: string): HTMLElement {
    const remove = Object.assign(document.createElement("button"), { className: "btn btn-sm btn-quiet", type: "button", textContent: "×" });
    remove.setAttribute("aria-label", this.plan.say("remove_person", { name }));
    remove.addEventListener("click", () =>
      this.plan.change(() => {
        this.plan.recipients = this.plan.recipients.filter((each) => each.key !== one.key);
        this.plan.fields = this.plan.fields.filter((field) => field.recipient !== one.key);
      }),
    );
    return remove;
  }
}
