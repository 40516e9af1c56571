// Whatever is a descriptor by the seed's declaration is one by the generated types.

import type { AuthDescriptor, ConnectorDescriptor as Seed, DeltaStrategy, FieldMappingDescriptor, PaginationDescriptor } from "./seed.ts";
import type { ConnectorDescriptor, FieldMapping, PollingPart } from "./ferrule.d.ts";

export const descriptor = (one: Seed): ConnectorDescriptor => one;
export const auth = (one: AuthDescriptor): ConnectorDescriptor["auth"] => one;
export const delta = (one: DeltaStrategy): PollingPart["delta"] => one;
export const pagination = (one: PaginationDescriptor): NonNullable<PollingPart["pagination"]> => one;
export const mapping = (one: FieldMappingDescriptor): FieldMapping => one;
