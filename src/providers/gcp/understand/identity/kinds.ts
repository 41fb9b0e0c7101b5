import { knownFact, type Fact } from "../../../../identity/facts.ts";
import { matchesGlob, type Globs } from "../../../../identity/glob.ts";
import type { Need, Use } from "../../../../identity/identity.ts";
import type { ResourceItem, ResourceKind } from "../../../../identity/resources.ts";
import type { ResourceRef } from "../../../../model/resource.ts";
import type { PermissionKind } from "./data/types.ts";
import { projectKey } from "./keys.ts";
import { linkPath, projectIn } from "../../links.ts";
import type { Place, Places } from "./places.ts";
import { kindOf, type Uses } from "./uses.ts";

/**
 * The resources that permissions are asked about. Allow policies speak of projects, folders and organizations, so these stand for everything of a kind
 * that lies in them, and what is made there later.
 */
export interface Kinds {
  readonly needsOf: (permission: string) => readonly Need[];
  /** The needs where what is changed is one resource; nothing suffices where the permission is not used on such a thing. */
  readonly needsOn: (permission: string, resource: Named) => readonly Need[];
  readonly itemOf: (place: Place) => ResourceItem;
  readonly closed: (id: string, items: readonly ResourceItem[]) => ResourceKind;
}

/** A resource that a question names. */
export interface Named {
  readonly item: ResourceItem;
  readonly type: string;
  /** What conditions call it; null for a project, folder or organization, which stands for whatever lies in it. */
  readonly name: string | null;
}

export function createKinds(places: Places, uses: Uses, globs: Globs): Kinds {
  const items = new Map<Place, ResourceItem>();
  const itemOf = (place: Place): ResourceItem => {
    const known = items.get(place) ?? { ref: place.ref, text: place.path, fact: factsIn(place) };
    items.set(place, known);
    return known;
  };
  const closed: Kinds["closed"] = (id, list) => ({
    id,
    universe: globs.all,
    isClosed: true,
    items: list,
    isGone: () => false,
    fact: () => null,
    unnamed: null,
  });
  const where: Readonly<Record<PermissionKind["lies"], (place: Place) => boolean>> = {
    "in-project": ({ kind }) => kind === "project",
    project: ({ kind }) => kind === "project",
    above: ({ kind }) => kind !== "project",
    folder: ({ kind }) => kind === "folder",
    organization: ({ kind }) => kind === "organization",
    anywhere: () => true,
  };
  const kinds = new Map<string, ResourceKind>();
  const kindIn = (lies: PermissionKind["lies"]): ResourceKind => {
    const id = lies === "in-project" ? "project" : lies;
    const known = kinds.get(id) ?? closed(`places ${id}`, places.all.filter(where[lies]).map(itemOf));
    kinds.set(id, known);
    return known;
  };
  const needs = new Map<string, readonly Need[]>();
  const only = new Map<string, ResourceKind>();
  return {
    itemOf,
    closed,
    needsOf: (permission) => {
      const known = needs.get(permission);
      if (known !== undefined) return known;
      const use: Use = { kind: kindIn(kindOf(permission).lies), given: uses.of(permission) };
      const made: readonly Need[] = [{ changed: true, oneOf: [use] }];
      needs.set(permission, made);
      return made;
    },
    needsOn: (permission, { item, type, name }) => {
      const { refs, name: like } = kindOf(permission);
      const isPlace = type.startsWith("gcp:resourcemanager:");
      if (!isPlace && !refs.includes(type)) return [{ changed: true, oneOf: [] }];
      const known = only.get(item.text) ?? closed(`only ${item.text}`, [item]);
      only.set(item.text, known);
      const isItself = name !== null && like !== null && matchesGlob(globs.pattern(like), name);
      return [
        { changed: true, oneOf: [{ kind: known, given: isItself ? uses.named(permission) : uses.of(permission) }] },
      ];
    },
  };
}

function factsIn({ account, number, kind }: Place): (key: string) => Fact | null {
  const project = kind === "project" ? [account, ...(number === null ? [] : [number])] : [];
  return (key) => (key === projectKey ? knownFact(project, "resource") : null);
}

/** A resource of the snapshot as policies speak of it; null where it lies in no place of the scan. */
export function itemOfResource(ref: ResourceRef, places: Places): Named | null {
  const path = linkPath(ref.id);
  const place = places.find(path) ?? places.find(projectIn(path) ?? ref.account);
  if (place === null) return null;
  if (place.name === path)
    return { item: { ref, text: place.path, fact: factsIn(place) }, type: place.ref.type, name: null };
  const inPlace = factsIn(place);
  const name = knownFact([path], "resource");
  return {
    type: ref.type,
    name: path,
    item: {
      ref,
      text: `${place.path}${path}`,
      fact: (key) => (key === "resource.name" ? name : inPlace(key)),
    },
  };
}
