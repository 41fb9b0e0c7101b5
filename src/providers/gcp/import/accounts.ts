/** Ids and numbers of projects, with the domain that some old ones have: `example.com:project`. */
const projectId = /^(?:[a-z\d.-]+:)?[a-z\d][a-z\d-]{0,62}$/;

/** Organizations and folders as the hierarchy names them. */
const containerName = /^(?:organizations|folders)\/\d+$/;

/** Whether a text is `organizations/<number>` or `folders/<number>`. */
export function isContainer(name: string): boolean {
  return containerName.test(name);
}

/** Whether a text can be a project's id or number. */
export function isProject(id: string): boolean {
  return projectId.test(id);
}
