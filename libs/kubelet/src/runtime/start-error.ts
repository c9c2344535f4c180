/** The program cannot be started, with a message in a container runtime's words: the container has ended, exit code 128, reason StartError. */
export class StartError extends Error {}
