/** The port of chance. */
export interface Random {
  /** A float in [0, 1). Never used for money. */
  next(): number;
}
