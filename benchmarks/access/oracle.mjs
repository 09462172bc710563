// Reads cases as JSON from stdin and writes the other evaluator's verdicts as JSON to stdout.
import { runSimulation } from "@cloud-copilot/iam-simulate";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);

// It has no notion of the root user, who needs no identity policy.
const everything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

const verdicts = [];
for (const one of JSON.parse(Buffer.concat(chunks).toString())) {
  const answer = await runSimulation(
    {
      request: {
        principal: one.principal,
        action: one.action,
        resource: { resource: one.resource, accountId: one.resource_account },
        contextVariables: one.context,
      },
      identityPolicies: (one.principal.endsWith(":root") ? [everything] : one.identity).map(
        (policy, index) => ({ name: `p${index}`, policy }),
      ),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: one.resource_policy ?? undefined,
      sessionPolicy: one.session ?? undefined,
      permissionBoundaryPolicies: one.boundary
        ? [{ name: "boundary", policy: one.boundary }]
        : undefined,
    },
    {},
  );
  verdicts.push(
    answer.resultType === "error"
      ? { error: JSON.stringify(answer.errors) }
      : {
          result: (answer.result ?? answer).analysis?.result ?? answer.overallResult,
          ignored: (answer.result ?? answer).ignoredContextKeys ?? [],
        },
  );
}
process.stdout.write(JSON.stringify(verdicts));
