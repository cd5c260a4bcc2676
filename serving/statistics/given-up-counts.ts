/** Requests for each model whose callers closed the connection before the answer, since the gateway started. */
export class GivenUpCounts {
  private readonly counts = new Map<string, number>();

  of(model: string): number {
    return this.counts.get(model) ?? 0;
  }

  add(model: string): void {
    this.counts.set(model, this.of(model) + 1);
  }
}
