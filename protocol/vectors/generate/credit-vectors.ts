/**
 * The arithmetic of credit: PROTOCOL.md, section 10. The numbers of each step are written down, not computed:
 * a program that did would prove nothing about itself.
 */
export const credit = {
  about:
    'One direction of one stream. Each step is what the sender or the consumer does, and the credit at the sender after it; `blocked` is a message that may not be sent yet, `grants` the CREDIT that a step makes the receiver send, `violation` what closes the connection.',
  sequences: [
    {
      name: 'the example of section 10',
      window: 1_048_576,
      steps: [
        { send: { body: 400_000, metadata: 0 }, credit: 648_512 },
        { send: { body: 400_000, metadata: 0 }, credit: 248_448 },
        { send: { body: 400_000, metadata: 0 }, credit: -151_616 },
        { blocked: true, credit: -151_616 },
        { take: 1, credit: -151_616 },
        { take: 1, grants: 800_128, credit: 648_512 },
        { send: { body: 400_000, metadata: 0 }, credit: 248_448 },
      ],
    },
    {
      name: 'metadata and empty messages cost, too',
      window: 1_000,
      steps: [
        { send: { body: 0, metadata: 0 }, credit: 936 },
        { send: { body: 100, metadata: 36 }, credit: 736 },
        { take: 1, credit: 736 },
        { take: 1, credit: 736 },
        { send: { body: 372, metadata: 0 }, credit: 300 },
        { take: 1, grants: 700, credit: 1_000 },
      ],
    },
    {
      name: 'one message passes, however large',
      window: 1,
      steps: [
        { send: { body: 4_194_304, metadata: 0 }, credit: -4_194_367 },
        { blocked: true, credit: -4_194_367 },
        { take: 1, grants: 4_194_368, credit: 1 },
      ],
    },
    {
      name: 'credit of exactly nothing',
      window: 164,
      steps: [
        { send: { body: 100, metadata: 0 }, credit: 0 },
        { blocked: true, credit: 0 },
      ],
    },
    {
      name: 'sent although credit is used up',
      window: 64,
      steps: [
        { send: { body: 0, metadata: 0 }, credit: 0 },
        { send: { body: 0, metadata: 0 }, violation: 'V2-K6' },
      ],
    },
    {
      name: 'as much credit as there can be',
      window: 2_147_483_646,
      steps: [
        { receive_credit: 0, credit: 2_147_483_646 },
        { receive_credit: 1, credit: 2_147_483_647 },
      ],
    },
    {
      name: 'more credit than there can be',
      window: 2_147_483_647,
      steps: [{ receive_credit: 1, violation: 'V2-K5' }],
    },
  ],
};
