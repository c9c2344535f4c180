/** Something that whoever runs the command can put right; the message says what and how. Anything else that is thrown is a mistake of ours. */
export class ImagesError extends Error {}
