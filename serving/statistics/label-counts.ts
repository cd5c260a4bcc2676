export interface LabelCount {
  accepted: number;
  refused: number;
}

/** Labels that came for each model since the gateway started. */
export class LabelCounts {
  private readonly counts = new Map<string, LabelCount>();

  of(model: string): LabelCount {
    return this.counts.get(model) ?? { accepted: 0, refused: 0 };
  }

  add(model: string, { accepted, refused }: LabelCount): void {
    const before = this.of(model);
    this.counts.set(model, { accepted: before.accepted + accepted, refused: before.refused + refused });
  }
}
