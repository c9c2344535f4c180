/** The user and group that every image runs as; distroless images and Kubernetes' examples have the same number. */
export const nonroot = 65_532
