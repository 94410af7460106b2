import type { Asker, Claim, Holder } from './engine.ts';

/** Permission to build, one of so many. */
export interface Slot {
  /** Aborts `lost` when the slot is no longer ours. */
  readonly claim: Claim;
  /** Where it is, for a person who looks for it. */
  readonly where: string;
  /** Gives it back, then clears away what dead holders left of it. May be called more than once. */
  release(signal?: AbortSignal): Promise<void>;
}

/** Who has which slot, by the slot's name. */
export type Busy = ReadonlyMap<string, Holder>;

export interface SlotWatch extends AsyncDisposable {
  /**
   * As `Watch.next`. All who wait wake at each change, so each looks only at the slots that changed.
   * @returns the slots worth a try: those seen to change, or all where no change was seen
   */
  next(signal: AbortSignal, atMostMs: number): Promise<readonly string[]>;
}

/** The slots of one group of builds, counted by one asker. */
export interface Slots extends AsyncDisposable {
  /** Whether who has waited longest gets the next one, however the others hurry. */
  readonly keepsOrder: boolean;
  /**
   * Takes the lowest slot that is free. Never waits.
   * @param names the slots to try; all of them by default
   * @returns the slot, or who has those that were tried
   */
  take(asker: Omit<Asker, 'slots'>, names?: readonly string[]): Promise<Slot | Busy>;
  /** Who has a slot of the group now, also of those above this asker's count. */
  holders(): Promise<readonly Holder[]>;
  /** Sees which slots may be free. */
  watch(): SlotWatch;
}

/** Whether an answer of {@link Slots.take} is a slot. */
export function isSlot(answer: Slot | Busy): answer is Slot {
  return 'claim' in answer;
}
