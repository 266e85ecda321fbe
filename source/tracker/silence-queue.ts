/** A member of a SilenceQueue; the links are the queue's own. */
export interface Silent<Member> {
  /** When it was last heard. */
  since: number;
  before: Member | null;
  after: Member | null;
}

/**
 * Everybody in the order they were last heard, longest silent first: a doubly linked list through
 * its members, so that adding, removing and finding who is due take constant time.
 */
export class SilenceQueue<Member extends Silent<Member>> {
  #first: Member | null = null;
  #last: Member | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The member silent for longest. */
  get longest(): Member | null {
    return this.#first;
  }

  /** Adds one that was heard just now. */
  add(member: Member): void {
    member.before = this.#last;
    member.after = null;
    if (this.#last) this.#last.after = member;
    else this.#first = member;
    this.#last = member;
    this.#size++;
  }

  /** Removes a member. */
  remove(member: Member): void {
    if (member.before) member.before.after = member.after;
    else this.#first = member.after;
    if (member.after) member.after.before = member.before;
    else this.#last = member.before;
    member.before = null;
    member.after = null;
    this.#size--;
  }
}
