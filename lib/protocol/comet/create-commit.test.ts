import { describe, expect, it } from "vitest";
import { toBase64, toHex } from "../bytes/text.ts";
import { hashHeader } from "./hash-header.ts";
import { encodeLightBlock } from "./light-block-schema.ts";
import { createLightBlock, createTestValidators } from "./testing/create-light-block.ts";
import { testSuite } from "./testing/test-suite.ts";
import { encodeVoteSignBytes, VOTE_TYPE_PRECOMMIT } from "./vote-sign-bytes.ts";

/** The example of docs/spec/light-client.md, so that the two cannot drift apart. */
describe("the specification's example", () => {
  const { header, commit, validators, nextValidators } = createLightBlock({
    validators: createTestValidators([1n]),
    height: 2n,
  });
  const [sig] = commit.signatures;
  if (sig?.flag !== "commit") throw new Error("one precommit for the block");

  it("has this validators hash and block hash", () => {
    expect(toHex(header.validatorsHash)).toBe(
      "ce26e9a5d8b5f7dc6704978e13d96fef3d2ff084c6d35f4106aa2d2ac722bc7a",
    );
    expect(toHex(hashHeader(testSuite, header))).toBe(
      "6411c34d2a6e4bed79c0fa58c4b02fc4005b7cc6bfa9ffc4def4689f90356566",
    );
    expect(commit.blockId.hash).toEqual(hashHeader(testSuite, header));
  });

  it("is signed over these bytes", () => {
    const { height, round, blockId } = commit;
    const { timestamp } = sig;
    const { chainId } = header;
    const vote = { type: VOTE_TYPE_PRECOMMIT, height, round, blockId, timestamp, chainId };
    expect(toHex(encodeVoteSignBytes(vote))).toBe(
      "6c0802110200000000000000" +
        "22480a206411c34d2a6e4bed79c0fa58c4b02fc4005b7cc6bfa9ffc4def4689f90356566" +
        "1224080112200909090909090909090909090909090909090909090909090909090909090909" +
        "2a060883f2d6ca06320d686f6c64666173742d74657374",
    );
    expect(toHex(sig.validatorAddress)).toBe("34750f98bd59fcfc946da45aaabe933be154a4b5");
    expect(toBase64(sig.signature)).toBe(
      "gWRBpasdQQLsrXMXJGIZzP2WH5+ubmAJbLARyG4Lpyt7J2f3CA0Olx++zbMKAQREVbpkgKjUZmXsnl+u5nOdBw==",
    );
  });

  it("takes 610 bytes as a light block", () => {
    expect(encodeLightBlock({ header, commit, validators, nextValidators })).toHaveLength(610);
  });

  it("keeps no secret of a validator who was absent", () => {
    const absent = createLightBlock({
      validators: createTestValidators([1n]),
      height: 2n,
      flags: ["absent"],
    });
    expect(absent.commit.signatures).toEqual([{ flag: "absent" }]);
  });
});
