interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(from: string): string };
}

/**
 * The address of a worker's script, for browsers that take no strings for that. The content security policy allows only the policies of
 * this name, and each policy allows only this script.
 */
export function trustedScript(policyName: string, url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy(policyName, { createScriptURL: () => url }).createScriptURL('') ?? url;
}
