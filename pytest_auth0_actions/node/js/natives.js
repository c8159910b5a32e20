'use strict';
// Functions of ours that stand for others: named as they are, with as many parameters, and shown
// as their source by toString().

const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
const { toString } = Function.prototype;
const originals = new WeakMap(); // by what stands for them
const { get, set } = WeakMap.prototype;

const sizes = [Map, Set].map(({ prototype }) => getOwnPropertyDescriptor(prototype, 'size').get);

// How much is in a map or in a set, whatever an Action has made of their getters.
function mapSize(map) {
  return apply(sizes[0], map, []);
}

function setSize(set) {
  return apply(sizes[1], set, []);
}

function standIn(ours, original) {
  for (const key of ['name', 'length']) {
    defineProperty(ours, key, getOwnPropertyDescriptor(original, key));
  }
  apply(set, originals, [ours, original]);
  return ours;
}

// Puts `make(original)` in the place of a method.
function replace(owner, name, make) {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  const value = standIn(make(descriptor.value), descriptor.value);
  defineProperty(owner, name, { ...descriptor, value });
}

function replaceGetter(owner, name, make) {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  const get = standIn(make(descriptor.get), descriptor.get);
  defineProperty(owner, name, { ...descriptor, get });
}

replace(Function.prototype, 'toString', () => ({
  toString() {
    return apply(toString, apply(get, originals, [this]) ?? this, []);
  },
}).toString);

module.exports = { mapSize, replace, replaceGetter, setSize, standIn };
